/**
 * Off-heap regions: raw access, reserved address space, the per-shard arena and the store of large
 * chunks. Nothing outside this package touches raw memory or calls the operating system.
 */
@NullMarked
package dev.larder.storage.memory;

import org.jspecify.annotations.NullMarked;
