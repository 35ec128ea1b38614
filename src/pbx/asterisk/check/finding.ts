/**
 * `fail`: something of earshot cannot work, or a supervision could be noticed. `note`: it works, but not as earshot
 * would have it. `unseen`: nobody can tell with the rights that earshot has; never to be taken for ok.
 */
export interface Finding {
  readonly status: "ok" | "note" | "fail" | "unseen";
  readonly sentence: string;
}

/** What the PBX told when asked, or in words why it did not. */
export type Seen<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };

export function ok(sentence: string): Finding {
  return { status: "ok", sentence };
}

export function note(sentence: string): Finding {
  return { status: "note", sentence };
}

export function fail(sentence: string): Finding {
  return { status: "fail", sentence };
}

export function unseen(why: string): Finding {
  return { status: "unseen", sentence: `cannot be seen: ${why}` };
}

/** A file of the PBX is right, and nothing shows whether it has been read since. */
export function byFile(says: string): Finding {
  return {
    status: "unseen",
    sentence: `right in the file (${says}); whether Asterisk has read it since cannot be seen`,
  };
}

/** Judges what was seen; what was not is `unseen`. */
export function judged<Value>(seen: Seen<Value>, judge: (value: Value) => Finding): Finding {
  return seen.ok ? judge(seen.value) : unseen(seen.why);
}

const NAMED = 8;

/** `2001, 2002 and 7 more`: at most eight by name. */
export function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}
