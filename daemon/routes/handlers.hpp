#pragma once

#include "daemon/routes/router.hpp"
#include "daemon/routes/services.hpp"

/// What answers each route; docs/http-api.md says what is asked and answered. All run on a worker, which they may
/// block.
namespace rowprint::daemon {

awaitable<Response> push(const Services& services, Call call);

awaitable<Response> list_datasets(const Services& services, Call call);
awaitable<Response> list_versions(const Services& services, Call call);
awaitable<Response> show_version(const Services& services, Call call);
awaitable<Response> remove_dataset(const Services& services, Call call);
awaitable<Response> remove_version(const Services& services, Call call);
awaitable<Response> verify_version(const Services& services, Call call);
awaitable<Response> show_content(const Services& services, Call call);

awaitable<Response> read_rows(const Services& services, Call call);

awaitable<Response> list_ingests(const Services& services, Call call);
awaitable<Response> show_ingest(const Services& services, Call call);
awaitable<Response> follow_ingest(const Services& services, Call call);
awaitable<Response> cancel_ingest(const Services& services, Call call);

awaitable<Response> start_pull(const Services& services, Call call);
awaitable<Response> list_sources(const Services& services, Call call);
awaitable<Response> test_source(const Services& services, Call call);

/// docs/openapi.json, as this program was built with it.
awaitable<Response> show_openapi(const Services& services, Call call);

awaitable<Response> show_status(const Services& services, Call call);
awaitable<Response> show_health(const Services& services, Call call);
awaitable<Response> show_readiness(const Services& services, Call call);
awaitable<Response> show_metrics(const Services& services, Call call);

}  // namespace rowprint::daemon
