// Texts that would do something, or break something, if a page took them for more than text.

export const hostile = {
  markup: '<img src=x onerror="document.title=\'pwned\'"><script>document.title="pwned"</script>',
  attribute: "\"><svg onload=document.title='pwned'>",
  link: 'javascript:document.title="pwned"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template engine would fill in
  template: '${document.title="pwned"} {{constructor.constructor("document.title=1")()}}',
  // Turns the direction of what follows, until somebody turns it back.
  rightToLeft: '\u202Ecipher \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627',
  longWord: 'donaudampfschifffahrts'.repeat(40),
  controls: 'a\u0007b\u200Bc\u2028d',
} as const;

export const hostileTexts: readonly string[] = Object.values(hostile);

/** One after the other, again and again. */
export const hostileAt = (index: number): string =>
  hostileTexts[index % hostileTexts.length] ?? hostile.markup;
