/**
 * Messages on channels: who listens to which channel or pattern, and how what is published gets to
 * them. Clients' subscriptions are on the heap, as their connections are.
 */
@NullMarked
package dev.larder.pubsub;

import org.jspecify.annotations.NullMarked;
