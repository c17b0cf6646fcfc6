/** Keys that a service of AWS knows. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** In milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
  /** Whether they may log in to ECR; true when absent. */
  readonly mayLogIn?: boolean | undefined;
}
