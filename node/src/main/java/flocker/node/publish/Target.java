package flocker.node.publish;

/** Where one connection is led to. */
record Target(String address, int port) {
  @Override
  public String toString() {
    return address + ":" + port;
  }
}
