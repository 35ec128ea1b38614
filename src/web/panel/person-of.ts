/** Whom a topic is about: the person in its address; undefined where it is about nobody, or a phone. */
export function personOf(topic: string): string | undefined {
  const [, id] = /\/(?:agents|supervisors)\/([^/]+)\//.exec(topic) ?? /\/([^/]+)\/config$/.exec(topic) ?? [];
  return id;
}
