/**
 * The libraries for data in other formats: {@code cjson}, {@code cmsgpack}, {@code struct} and
 * {@code bit}, with the limits and messages that they have in Redis. Each instance of a library
 * belongs to one state and is used by one thread at a time.
 */
@NullMarked
package dev.larder.lua.data;

import org.jspecify.annotations.NullMarked;
