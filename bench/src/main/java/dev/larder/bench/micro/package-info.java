/**
 * JMH benchmarks of the parts on the path of a command: what each costs without a network around
 * it, so that a change to one can be judged alone.
 */
@NullMarked
package dev.larder.bench.micro;

import org.jspecify.annotations.NullMarked;
