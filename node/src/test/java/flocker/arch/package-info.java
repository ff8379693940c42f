/**
 * The habits of this code as tests: who may name whom and what is pure ({@link
 * flocker.arch.ArchitectureTest}), what the text of the sources may hold ({@link
 * flocker.arch.TidyTest}), and documents that are printed from the code ({@link
 * flocker.arch.ArchitectureDocTest}). What is in {@code flocker.arch.seeded} breaks the rules on
 * purpose, to show that they can fail.
 */
package flocker.arch;
