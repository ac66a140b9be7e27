package dev.larder.storage.memory;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class of the storage engine that the commands of clients go through all the time. The
 * same holds for it as for those that {@code dev.larder.resp.HotPath} marks, which this module does
 * not know.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface HotPath {}
