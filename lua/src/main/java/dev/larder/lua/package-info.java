/**
 * Lua 5.1 as scripts of a server need it: values, and a machine whose runs can be paused, continued
 * by another thread, killed, and bounded in steps, depth and memory. It depends on the JDK alone.
 */
@NullMarked
package dev.larder.lua;

import org.jspecify.annotations.NullMarked;
