/** Tests with a server of their own: {@link dev.larder.junit.LarderExtension}. */
@NullMarked
package dev.larder.junit;

import org.jspecify.annotations.NullMarked;
