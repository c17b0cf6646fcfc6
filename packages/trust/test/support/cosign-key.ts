/** A pair that `cosign generate-key-pair` (3.1.3) made for these tests, and its password. */
export const COSIGN_PASSWORD = 'correct horse';

export const COSIGN_KEY = [
  '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----',
  'eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6',
  'OCwicCI6MX0sInNhbHQiOiI1bzRXYkZGMDJqRG9ORnVMNXlldHA5TUx1ZExYcndJ',
  'eC9yQ25RMXRQemJJPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94',
  'Iiwibm9uY2UiOiJZOTJrNlVFRmluS3c5ajYwdHhyTHlTc2NDRFJlSVUwayJ9LCJj',
  'aXBoZXJ0ZXh0IjoiT2NSTWdHRkozd0dDTHpBU0JxZlVDZmhvTTJLMWwwUmdBTWg4',
  'U3JpL1hDZ1ZzdWFzL2dXeStMcU4wNG0wc1Bsa3JzRnlEVEtKTklEMEVpOUtUYkcy',
  'Y1VTSTQ4WG1aejdTMVNMSUpoUThPbnB2NTlqVjVZR04xbGZkbXhtVzBudWU1cUIy',
  'WUJHV0FwUGpsaEo2YzdoT082dFk5NlJmbXdnclo2a2dqNUNHLzZhZHBSQU15eFEy',
  'bmJoYjYya3Q2NGFTcGM5NUlyQWV4eW91L3c9PSJ9',
  '-----END ENCRYPTED SIGSTORE PRIVATE KEY-----',
].join('\n');

export const COSIGN_PUBLIC_KEY = [
  '-----BEGIN PUBLIC KEY-----',
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELMyyMl4hbPPKDHDq6GRls3fbY+MS',
  'Eqm8tzT5JO9C6ZLVXhYV7QahHjopAUe5yVm4hVjriXr0c2ylg5LzeOeXGQ==',
  '-----END PUBLIC KEY-----',
].join('\n');
