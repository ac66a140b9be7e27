/**
 * What the server does with files of data: which it loads when it starts, and what it tells about
 * that. How files are read and written is the business of the storage engine.
 */
@NullMarked
package dev.larder.persistence;

import org.jspecify.annotations.NullMarked;
