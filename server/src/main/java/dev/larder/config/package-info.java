/**
 * Options, each declared once: from the declaration come the file's parser, the command line's,
 * CONFIG GET and CONFIG SET, and the documentation.
 */
@NullMarked
package dev.larder.config;

import org.jspecify.annotations.NullMarked;
