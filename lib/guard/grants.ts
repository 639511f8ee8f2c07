import {
  isObject,
  listOf,
  type Properties,
  resourcesOf,
  type Template,
  textOf,
  tokenOf,
} from './template.ts';

/** One statement that allows something, as text. `*` also stands for a value that only the deployment knows. */
export interface Grant {
  actions: string[];
  resources: string[];
  /** The resource of the template that contains the statement. */
  heldBy: string;
}

/**
 * Policies of AWS that allow no writing to a bucket. A template does not show what other policies of AWS allow, so they
 * count as allowing everything.
 */
const HARMLESS_AWS_POLICIES =
  /:aws:policy\/(service-role\/AWSLambda(BasicExecution|SQSQueueExecution|VPCAccessExecution)Role|AWSXRayDaemonWriteAccess|AWSXrayWriteOnlyAccess|AmazonS3ReadOnlyAccess)$/;

/**
 * Everything that a role of the template may do: by its inline and managed policies, the policies attached to it, the
 * bucket policies that name it, and the roles that it may assume. Conditions and denials are ignored, so the result may
 * be more than the role may really do.
 */
export function grantsOf(roleId: string, template: Template, seen = new Set<string>()): Grant[] {
  seen.add(roleId);
  const own = [
    ...inlineGrants(roleId, template),
    ...attachedGrants(roleId, template),
    ...bucketGrants(roleId, template),
  ];
  const assumed = resourcesOf(template, 'AWS::IAM::Role')
    .map(([id]) => id)
    .filter((id) => !seen.has(id) && own.some((grant) => allows(grant, 'sts:AssumeRole', tokenOf(id))));
  return [...own, ...assumed.flatMap((id) => grantsOf(id, template, seen))];
}

/** Whether a statement may cover an action on a resource other than a bucket, given the token of the resource. */
export function allows({ actions, resources }: Grant, action: string, token: string): boolean {
  const names = (resource: string) => resource === token || /^(?!\{|arn:aws:s3:).*\*/s.test(resource);
  return actions.some((pattern) => matches(pattern, action)) && resources.some(names);
}

/** Whether a pattern of a policy covers the text. `*` is any text, `?` any character; case is ignored. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

function inlineGrants(roleId: string, template: Template): Grant[] {
  const role = template.Resources?.[roleId]?.Properties ?? {};
  const inline = listOf(role.Policies).flatMap((policy) =>
    isObject(policy) ? statements(policy.PolicyDocument, roleId, template) : [],
  );
  const managed = listOf(role.ManagedPolicyArns).map((arn) => textOf(arn, template));
  const opaque = managed.filter((arn) => !arn.startsWith('{') && !HARMLESS_AWS_POLICIES.test(arn));
  const inTemplate = resourcesOf(template, 'AWS::IAM::ManagedPolicy')
    .filter(([id]) => managed.includes(tokenOf(id)))
    .flatMap(([id, policy]) => statements(policy.PolicyDocument, id, template));
  return [
    ...inline,
    ...inTemplate,
    ...opaque.map(() => ({ actions: ['*'], resources: ['*'], heldBy: roleId })),
  ];
}

function attachedGrants(roleId: string, template: Template): Grant[] {
  const namesRole = ({ Roles, RoleName }: Properties) =>
    [...listOf(Roles), ...listOf(RoleName)].some((role) => textOf(role, template) === tokenOf(roleId));
  return resourcesOf(template, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
    .filter(([, policy]) => namesRole(policy))
    .flatMap(([id, policy]) => statements(policy.PolicyDocument, id, template));
}

function bucketGrants(roleId: string, template: Template): Grant[] {
  const namesRole = (statement: Record<string, unknown>) => {
    const { Principal: principal } = statement;
    const named = isObject(principal) ? listOf(principal.AWS) : listOf(principal);
    return named.some((who) => ['*', tokenOf(roleId)].includes(textOf(who, template)));
  };
  return resourcesOf(template, 'AWS::S3::BucketPolicy').flatMap(([id, policy]) =>
    statements(policy.PolicyDocument, id, template, namesRole),
  );
}

function statements(
  document: unknown,
  heldBy: string,
  template: Template,
  applies: (statement: Record<string, unknown>) => boolean = () => true,
): Grant[] {
  if (!isObject(document)) return [{ actions: ['*'], resources: ['*'], heldBy }];
  return listOf(document.Statement)
    .filter(isObject)
    .filter((statement) => statement.Effect === 'Allow' && applies(statement))
    .map((statement) => ({
      // "Everything except" counts as everything.
      actions: 'NotAction' in statement ? ['*'] : listOf(statement.Action).map(String),
      resources:
        'NotResource' in statement
          ? ['*']
          : listOf(statement.Resource).map((resource) => textOf(resource, template)),
      heldBy,
    }));
}
