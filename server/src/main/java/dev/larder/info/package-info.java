/**
 * What INFO and MEMORY STATS tell, one class a section. A field is written only where the server
 * knows the fact: what does not exist yet is left out rather than made up.
 */
@NullMarked
package dev.larder.info;

import org.jspecify.annotations.NullMarked;
