/**
 * A host's settings, parsed and validated once; nothing outside this package sees the text they
 * come from.
 */
package flocker.node.config;
