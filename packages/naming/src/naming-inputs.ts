/** The inputs of docker/metadata-action, as they were written; an empty text is unset. */
export interface NamingInputs {
  /** Rows `name` or `name=…,enable=true`. */
  readonly images: string;
  /** Rows `type=…,…`; unset: schedule, and ref for branch, tag and pull request. */
  readonly tags: string;
  /** Rows `latest=…`, `prefix=…[,onlatest=true]`, `suffix=…[,onlatest=true]`, `tag-prefix=…`. */
  readonly flavor: string;
  /** Rows `key=value`. */
  readonly labels: string;
  /** Rows `key=value`. */
  readonly annotations: string;
}

/** No input set: what `tag` does when it is given nothing. */
export const NO_INPUTS: NamingInputs = { images: '', tags: '', flavor: '', labels: '', annotations: '' };
