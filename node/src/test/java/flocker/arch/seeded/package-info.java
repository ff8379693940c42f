/** Breaks the rules on purpose: {@code RulesTest} shows that they notice. */
package flocker.arch.seeded;
