#pragma once

#include "ingest/catalog.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/store.hpp"

namespace rowprint {

/// A hash that stands where `content` ended, for rows to be appended: what it says after more rows is what it would say
/// of all rows in one go, their fingerprint as a set included where the content has one.
///
/// Goes on from what the catalog keeps: the complete chunks of the sequence, the inference, the row digests of a set.
/// Only the rows after the last complete chunk are hashed again, and all of them as a set where no digests are kept (a
/// small content has none). Cost: reads the content from its beginning, since a store has no other way in. Blocks on
/// files: await it on a worker. Errors: those of store and catalog; corrupt where the result is not the identity that
/// the content was sealed with.
awaitable<Result<RowHash>> resume_hash(Store& store, Catalog& catalog, Content content, SortSpace space);

}  // namespace rowprint
