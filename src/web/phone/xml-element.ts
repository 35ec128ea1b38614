/** An element as a phone sees it: its own text is what stands directly in it, CDATA left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Children and texts in their order, CDATA left out. */
  readonly nodes: readonly (XmlElement | string)[];
  readonly text: string;
}
