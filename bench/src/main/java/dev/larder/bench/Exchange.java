package dev.larder.bench;

/** A request and the right reply to it. */
record Exchange(Template request, Reply reply) {}
