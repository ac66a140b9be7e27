/** The libraries that come with Lua, and what puts all libraries into a state. */
@NullMarked
package dev.larder.lua.library;

import org.jspecify.annotations.NullMarked;
