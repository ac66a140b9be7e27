/**
 * What monitoring systems ask over HTTP: figures for Prometheus, under the names that
 * redis_exporter gave them, and whether the server is alive and ready. Nothing of this is loaded
 * unless it is wanted, and it runs on threads of its own.
 */
@NullMarked
package dev.larder.monitoring;

import org.jspecify.annotations.NullMarked;
