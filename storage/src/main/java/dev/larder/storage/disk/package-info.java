/**
 * The few operations on files that persistence is made of, and nothing else that touches a disk, so
 * that tests can put a disk beneath them that loses power or fails. Each says what is durable when:
 * whoever writes files keeps to these rules, not to what a particular file system does besides.
 */
@NullMarked
package dev.larder.storage.disk;

import org.jspecify.annotations.NullMarked;
