/** The parts of a synthesised CloudFormation template that the guard reads. */
export interface Template {
  Resources?: Record<string, Resource>;
}

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** Stands for text that only the deployment knows, such as a parameter or an import. As in a policy, it means anything. */
const UNKNOWN = '*';

export function resourcesOf(template: Template, ...types: string[]): [id: string, properties: Properties][] {
  return Object.entries(template.Resources ?? {})
    .filter(([, { Type }]) => types.includes(Type))
    .map(([id, { Properties = {} }]) => [id, Properties]);
}

export type Properties = Record<string, unknown>;

/** The text that stands for a resource whose name is not known yet: `{LogicalId}`. */
export function tokenOf(id: string): string {
  return `{${id}}`;
}

/**
 * A value of a template as text. A reference to a resource becomes its token, the ARN of a bucket
 * `arn:aws:s3:::{LogicalId}`, and a value that only the deployment knows `*`.
 */
export function textOf(value: unknown, template: Template): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return UNKNOWN;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return referenceText(String(argument), template);
  if (name === 'Fn::GetAtt') return attributeText(argument, template);
  if (name === 'Fn::Sub') return substitutedText(argument, template);
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => textOf(part, template)).join(String(argument[0]));
  }
  return UNKNOWN;
}

/** One value or a list of them, as a list. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function referenceText(id: string, template: Template): string {
  if (id === 'AWS::Partition') return 'aws';
  const name = template.Resources?.[id]?.Properties?.BucketName;
  if (typeof name === 'string') return name;
  return template.Resources?.[id] ? tokenOf(id) : UNKNOWN;
}

function attributeText(argument: unknown, template: Template): string {
  const [id = '', attribute = ''] = Array.isArray(argument) ? argument : String(argument).split('.');
  const resource = template.Resources?.[String(id)];
  if (!resource) return UNKNOWN;
  const reference = referenceText(String(id), template);
  return resource.Type === 'AWS::S3::Bucket' && attribute === 'Arn' ? `arn:aws:s3:::${reference}` : reference;
}

function substitutedText(argument: unknown, template: Template): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return String(text).replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
    if (isObject(variables) && name in variables) return textOf(variables[name], template);
    return name.includes('.') ? attributeText(name, template) : referenceText(name, template);
  });
}
