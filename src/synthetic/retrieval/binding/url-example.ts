/** A known request, from which the kinds of addresses of a site are learned. */
export interface UrlExample {
  method: string;
  url: string;
  /** Stands for the kind of answer: loose keys of the page's elements, or names of a form's fields. */
  features: ReadonlySet<string>;
}
