import { Ajv, type AnySchema } from 'ajv';

export type Json = { readonly [key: string]: unknown };

/** An operation as the description has it (OpenAPI 3.0). */
export interface Operation {
  readonly path: string;
  readonly pattern: RegExp;
  readonly query: ReadonlyMap<string, unknown>;
  readonly needed: readonly string[];
  readonly pathSchemas: readonly unknown[];
  readonly responses: Json;
  /** Schema of the body; `undefined` where there is none. */
  readonly body: unknown;
}

/** Reads GitHub's description: what may be asked, and what is answered. */
export class Description {
  readonly #root: Json;
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

  constructor(text: string) {
    this.#root = JSON.parse(text);
  }

  /** The operation that a request is, by its method and path. */
  find(method: string, path: string): Operation | undefined {
    return Object.entries(asObject(this.#root['paths']))
      .flatMap(([template, methods]) => {
        const operation = asObject(methods)[method.toLowerCase()];
        return operation === undefined ? [] : [this.#operation(template, asObject(operation))];
      })
      .find(({ pattern, pathSchemas }) => {
        const values = pattern.exec(path)?.slice(1).map(decodeURIComponent);
        return values?.every((value, at) => this.complaints(asScalar(value), pathSchemas[at]).length === 0);
      });
  }

  #operation(path: string, operation: Json): Operation {
    const parameters = asList(operation['parameters']).map((each) => asObject(this.#follow(each)));
    const of = (place: string) => parameters.filter((each) => each['in'] === place);
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    return {
      path,
      pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '([^/]+)')}$`),
      query: new Map(of('query').map((each) => [String(each['name']), each['schema']])),
      needed: of('query').flatMap((each) => (each['required'] === true ? [String(each['name'])] : [])),
      pathSchemas: names.map((name) => of('path').find((each) => each['name'] === name)?.['schema']),
      responses: asObject(operation['responses']),
      body: jsonSchemaOf(this.#follow(operation['requestBody'])),
    };
  }

  /** What a query of this operation has that the description does not know, or lacks. */
  queryFaults({ query, needed }: Operation, asked: URLSearchParams): readonly string[] {
    return [
      ...needed.filter((name) => !asked.has(name)).map((name) => `${name} is missing`),
      ...[...asked].flatMap(([name, value]) =>
        query.has(name)
          ? this.complaints(asScalar(value), query.get(name)).map((fact) => `${name} ${fact}`)
          : [`${name} is unknown`],
      ),
    ];
  }

  /**
   * How an answer differs from the schema of its status.
   *
   * @param isWhole false where only a part of what GitHub answers is given: then what is given has to be described
   */
  answerFaults(
    { responses, path }: Operation,
    status: number,
    body: string,
    isWhole: boolean,
  ): readonly string[] {
    const response = responses[String(status)];
    if (response === undefined) return [`${path} does not answer ${status}`];
    const schema = jsonSchemaOf(this.#follow(response));
    if (schema === undefined) return body === '' ? [] : [`${path} ${status} has no body`];
    return this.complaints(JSON.parse(body), schema, isWhole).map((fact) => `${path} ${status}: ${fact}`);
  }

  /** Members of a body of an operation, each with its schema and whether it must be there. */
  members({ body }: Operation): ReadonlyMap<string, { readonly schema: Json; readonly isRequired: boolean }> {
    const schema = asObject(this.#follow(body));
    const required = new Set(asList(schema['required']));
    return new Map(
      Object.entries(asObject(schema['properties'])).map(([name, each]) => [
        name,
        { schema: asObject(this.#follow(each)), isRequired: required.has(name) },
      ]),
    );
  }

  /** How a value differs from a schema. */
  complaints(value: unknown, schema: unknown, isWhole = true): readonly string[] {
    const definitions: Record<string, unknown> = {};
    const own = this.#convert(schema ?? {}, definitions, isWhole);
    const validate = this.#ajv.compile({ ...asObject(own), $defs: definitions } as AnySchema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  /** A schema of OpenAPI 3.0 as one of JSON Schema, with what it refers to beside it. Unknown keys are faults. */
  #convert(schema: unknown, definitions: Record<string, unknown>, isWhole: boolean): unknown {
    if (Array.isArray(schema)) return schema.map((each) => this.#convert(each, definitions, isWhole));
    if (typeof schema !== 'object' || schema === null) return schema;
    const json = asObject(schema);
    const reference = json['$ref'];
    if (typeof reference === 'string') {
      const name = reference.split('/').at(-1) ?? '';
      if (!Object.hasOwn(definitions, name)) {
        definitions[name] = true;
        definitions[name] = this.#convert(this.#follow(json), definitions, isWhole);
      }
      return { $ref: `#/$defs/${name}` };
    }
    const entries = Object.entries(json).flatMap(([key, value]) => {
      if (key === 'example' || key === 'examples' || key === 'nullable' || key.startsWith('x-')) return [];
      if (key === 'required' && !isWhole) return [];
      if (key === 'properties') {
        const properties = Object.entries(asObject(value)).map(
          ([name, each]) => [name, this.#convert(each, definitions, isWhole)] as const,
        );
        return [[key, Object.fromEntries(properties)] as const];
      }
      return [[key, key === 'enum' ? value : this.#convert(value, definitions, isWhole)] as const];
    });
    const isClosed = json['properties'] !== undefined && json['additionalProperties'] === undefined;
    const converted = { ...Object.fromEntries(entries), ...(isClosed && { additionalProperties: false }) };
    return json['nullable'] === true ? { anyOf: [converted, { type: 'null' }] } : converted;
  }

  #follow(value: unknown): unknown {
    const reference = asObject(value)['$ref'];
    if (typeof reference !== 'string') return value;
    return reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => asObject(at)[name], this.#root);
  }
}

function jsonSchemaOf(content: unknown): unknown {
  return asObject(asObject(asObject(content)['content'])['application/json'])['schema'];
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What stands in a path or a query is a text; the description says numbers where it has only digits. */
function asScalar(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}
