/**
 * The JVM's side of the guards: two tiny processes per container ({@code flocker-guard}, in C) that
 * kill it when the newest deadline they were fed has passed, whatever the JVM does.
 */
package flocker.node.guard;
