package dev.larder.resp;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class that every command, or every read from a socket, goes through. Such a class is
 * final, and neither it nor what it extends uses streams, {@code Optional}, maps of boxed values or
 * formatted strings: {@code ArchitectureTest} sees to that.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface HotPath {}
