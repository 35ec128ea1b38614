import { signal } from "@preact/signals";

/** A control of the supervisor's phone: a key by its `data-key`, a softkey by its label. */
export type Pointed = { readonly key: string } | { readonly softkey: string };

/** What the guided minute points at now. */
export const pointer = signal<Pointed | undefined>(undefined);

/** The class of a key, marked where it is pointed at. */
export function keyClass(base: string, key: string, pointed: Pointed | undefined): string {
  return pointed && "key" in pointed && pointed.key === key ? `${base} pointed` : base;
}
