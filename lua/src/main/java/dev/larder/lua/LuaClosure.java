package dev.larder.lua;

/** A function of a script, with the variables of its surroundings. */
final class LuaClosure extends LuaFunction {}
