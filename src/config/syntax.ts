import type { ErrorCode } from "yaml";

/** Sentences of our own: the parser's repeat the text it stumbled over, which may be a password. */
const sentences: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "A value that starts with `*` points to another one and can carry nothing else.",
  BAD_ALIAS: "A value that starts with `*` or `&` must be in quotes.",
  BAD_DIRECTIVE: "A line that starts with `%` is not understood; leave it out.",
  BAD_DQ_ESCAPE: "Between double quotes a backslash has a meaning; write two of them, or use single quotes.",
  BAD_INDENT: "The indentation does not fit, or a bracket opened before this is not closed.",
  BAD_SCALAR_START: "A value that starts with this character must be in quotes.",
  BLOCK_AS_IMPLICIT_KEY: "There is a second `:` here; put the value in quotes, or its keys on lines of their own.",
  BLOCK_IN_FLOW: "Between brackets, maps and lists need brackets too.",
  KEY_OVER_1024_CHARS: "A key is too long.",
  MISSING_CHAR: "Something is missing here: a closing quote or bracket, or the `:` behind a key.",
  MULTILINE_IMPLICIT_KEY: "A key and its `:` must be on one line.",
  MULTIPLE_DOCS: "A second document begins here (`---`); the file must hold one.",
  RESOURCE_EXHAUSTION: "This is nested too deeply.",
  TAB_AS_INDENT: "A tab is used to indent; use spaces.",
};

/** What is wrong with the YAML here, in words that repeat nothing of the file. */
export function syntaxSentence(code: ErrorCode): string {
  return sentences[code] ?? "This does not belong here; a bracket, a quote or the indentation before it is wrong.";
}
