/**
 * From a script's text to bytecode, in one pass: the parser hands each expression to the function
 * being built, which puts off its code as long as it can. It knows text, numbers and truth values,
 * not the machine's values.
 */
@NullMarked
package dev.larder.lua.compiler;

import org.jspecify.annotations.NullMarked;
