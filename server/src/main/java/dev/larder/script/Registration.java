package dev.larder.script;

import dev.larder.lua.LuaFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a library registers while it is loaded.
 *
 * @param callback what is run
 * @param description for people
 * @param flags of {@link ScriptFlags#KNOWN}, in that order
 */
record Registration(
    String name, LuaFunction callback, byte @Nullable [] description, List<String> flags) {}
