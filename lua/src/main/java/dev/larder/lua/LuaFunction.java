package dev.larder.lua;

/** A function: of a script, or a {@link Builtin}. */
public abstract sealed class LuaFunction permits Builtin, LuaClosure {}
