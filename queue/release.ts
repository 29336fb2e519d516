/** The version of this package. The release script writes it here: a bundle has no package.json beside it to read. */
export const release = '0.1.0';
