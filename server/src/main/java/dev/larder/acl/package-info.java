/**
 * Who may do what: users with their passwords, and rules about commands, keys and channels. What a
 * user may do is an immutable value, read by any event loop without a lock and put in the place of
 * the one before; only the administration of users is serialized.
 */
@NullMarked
package dev.larder.acl;

import org.jspecify.annotations.NullMarked;
