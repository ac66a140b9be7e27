/**
 * Notifications of what happens to keys: from the events that units of work raise to messages on
 * channels, which whoever serves subscribers publishes.
 */
@NullMarked
package dev.larder.notify;

import org.jspecify.annotations.NullMarked;
