package dev.larder.storage.memory;

/** The system refuses to reserve address space: an operating error at start. */
public final class OutOfAddressSpaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutOfAddressSpaceException(long bytes) {
    super(
        "cannot reserve "
            + (bytes >>> 20)
            + " MiB of address space: raise the limit (ulimit -v) or set vm.overcommit_memory"
            + " to 0 or 1");
  }
}
