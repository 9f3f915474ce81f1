import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** What one GraphQL document may ask for. */
export const QUERY_LIMITS = { depth: 12, fields: 500, aliases: 50, characters: 20_000 } as const;

/** A validation rule: refuses documents with too many fields or aliases (fragments count where they are defined). */
export function limitQuerySize(context: ValidationContext): ASTVisitor {
  let fields = 0;
  let aliases = 0;
  let refused = false;
  const refuse = (what: string, limit: number): void => {
    if (refused) return;
    refused = true;
    context.reportError(
      new GraphQLError(`the query has more than ${String(limit)} ${what}`, { extensions: { code: 'QUERY_TOO_LARGE' } }),
    );
  };
  return {
    Field(node) {
      if (++fields > QUERY_LIMITS.fields) refuse('fields', QUERY_LIMITS.fields);
      if (node.alias && ++aliases > QUERY_LIMITS.aliases) refuse('aliases', QUERY_LIMITS.aliases);
    },
  };
}
