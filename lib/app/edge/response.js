/*
 * A CloudFront function. The content security policy names buckets, and the buckets admit the distribution by its name.
 * So the policy is no setting of the distribution, which would have to wait for the buckets, but metadata of the files.
 */

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it.
function handler(event) {
  const response = event.response;
  const policy = response.headers['x-amz-meta-content-policy'];
  response.headers['content-security-policy'] = { value: policy ? policy.value : "default-src 'none'" };
  delete response.headers['x-amz-meta-content-policy'];
  return response;
}
