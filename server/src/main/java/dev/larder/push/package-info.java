/**
 * Messages that a connection gets without asking: how they get from the thread on which something
 * happens to the event loops of those who are told.
 *
 * <p>A sender puts messages into its {@link dev.larder.push.Outbox} while it works, and posts them
 * when its unit of work is over: one parcel for each loop. A loop empties its {@link
 * dev.larder.push.Mailbox} between commands of its clients, so messages of one sender arrive in
 * order, behind the replies to whatever was executed before.
 */
@NullMarked
package dev.larder.push;

import org.jspecify.annotations.NullMarked;
