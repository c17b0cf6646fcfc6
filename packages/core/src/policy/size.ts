/** A policy is written by people; this is some 5,000 lines. What is larger is no policy, and costs time. */
export const MAX_POLICY_BYTES = 256 * 1024;
