/** The OpenAPI 3.1 document of the operator API, made of its contract, so that it cannot say anything else. */
import { type ConversionConfig, type JsonSchema, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';

import {
  ApiError,
  AppliedPlan,
  AuditEntry,
  AuditPage,
  BlockedChats,
  Change,
  Cohort,
  Doctor,
  Effects,
  type ErrorCode,
  ERRORS,
  Explanation,
  Finding,
  HoldAnswer,
  IDEMPOTENCY_HEADER,
  Person,
  PersonChat,
  PersonNotice,
  PlanDiff,
  PlanView,
  Proposal,
  ReleaseAnswer,
  RescheduleAnswer,
  type RouteName,
  ROUTES,
  Status,
} from './operator-api.ts';

const SCHEMAS = {
  ApiError,
  AppliedPlan,
  AuditEntry,
  AuditPage,
  BlockedChats,
  Change,
  Cohort,
  Doctor,
  Effects,
  Explanation,
  Finding,
  HoldAnswer,
  Person,
  PersonChat,
  PersonNotice,
  PlanDiff,
  PlanView,
  Proposal,
  ReleaseAnswer,
  RescheduleAnswer,
  Status,
};

const SETTINGS = {
  target: 'draft-2020-12',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // Texts are cut before they are measured; JSON Schema has no word for it.
  ignoreActions: ['trim'],
} as const satisfies ConversionConfig;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'securitySchemes', Readonly<Record<string, unknown>>>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: unknown;
}
type Content = Readonly<Record<'application/json', { readonly schema: unknown }>>;

/** @param url of a deployment; left out, the document names no server */
export function openApiDocument(url?: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const { path, method } = ROUTES[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(name) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sunset: the operator API',
      version: '1',
      description:
        'Operators steer a running sunset. Requests are signed by AWS Signature Version 4 for the service `lambda`; who ' +
        'asks is who signs. Instants are ISO 8601 in UTC, dates are local calendar days.',
    },
    ...(url === undefined ? {} : { servers: [{ url: url.replace(/\/$/, '') }] }),
    paths,
    components: {
      schemas: toJsonSchemaDefs(SCHEMAS, { ...SETTINGS, typeMode: 'output' }),
      securitySchemes: {
        iam: { type: 'apiKey', in: 'header', name: 'authorization', description: 'AWS Signature Version 4' },
      },
    },
    security: [{ iam: [] }],
  };
}

function operation(name: RouteName): Operation {
  const { path, method, who, summary, query, body, answer } = ROUTES[name];
  const writes = method !== 'GET';
  const parameters: Parameter[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }));
  const asked = schemaOf(query, 'input');
  for (const [parameter, schema] of Object.entries(asked.properties ?? {}))
    parameters.push({ name: parameter, in: 'query', required: asked.required?.includes(parameter) === true, schema });
  // What only compares does nothing that could be done twice.
  if (writes && name !== 'diff')
    parameters.push({
      name: IDEMPOTENCY_HEADER,
      in: 'header',
      required: true,
      schema: { type: 'string', minLength: 1 },
    });
  return {
    operationId: name,
    summary,
    description: who === 'person' ? 'Takes a person.' : 'Whoever IAM lets in may ask; also a role.',
    parameters,
    ...(writes ? { requestBody: { required: true as const, content: json(schemaOf(body, 'input')) } } : {}),
    responses: { '200': { description: 'Done', content: json(schemaOf(answer, 'output')) }, ...REFUSALS },
  };
}

function schemaOf(schema: v.GenericSchema<any, any>, typeMode: 'input' | 'output'): JsonSchema {
  const named = Object.entries(SCHEMAS).find(([, each]) => (each as unknown) === schema);
  if (named !== undefined) return { $ref: `#/components/schemas/${named[0]}` };
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, { ...SETTINGS, typeMode, definitions: SCHEMAS });
  return rest;
}

const json = (schema: unknown): Content => ({ 'application/json': { schema } });

const REFUSALS: Operation['responses'] = Object.fromEntries(
  [...new Set(Object.values(ERRORS))].map((status) => {
    const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code] === status);
    return [
      String(status),
      { description: codes.join(', '), content: json({ $ref: '#/components/schemas/ApiError' }) },
    ];
  }),
);
