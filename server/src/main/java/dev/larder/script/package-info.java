/**
 * Scripts: those that are known, the functions that they find in {@code redis}, and how values and
 * replies become each other. How a script's commands are executed is the dispatcher's business.
 */
@NullMarked
package dev.larder.script;

import org.jspecify.annotations.NullMarked;
