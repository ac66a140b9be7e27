/** Something that programs rely on. */
record Check(String name, Work work) {
  /** Throws what is wrong. */
  interface Work {
    void run(Program program) throws Exception;
  }
}
