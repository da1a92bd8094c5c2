#include "daemon/routes/api_routes.hpp"

#include "daemon/routes/handlers.hpp"
#include "daemon/routes/push_request.hpp"

namespace rowprint::daemon {

std::span<const ApiRoute> api_routes() {
  static const std::vector<ApiRoute> kRoutes{
      {"POST", "/v1/datasets/{}/versions", {push_parameters().begin(), push_parameters().end()}, push},
      {"GET", "/v1/datasets", {}, list_datasets},
      {"GET", "/v1/datasets/{}", {}, list_versions},
      {"DELETE", "/v1/datasets/{}", {}, remove_dataset},
      {"GET", "/v1/datasets/{}/versions/{}", {}, show_version},
      {"DELETE", "/v1/datasets/{}/versions/{}", {}, remove_version},
      {"GET", "/v1/datasets/{}/versions/{}/rows", {}, read_rows},
      {"POST", "/v1/datasets/{}/versions/{}/verify", {}, verify_version},
      {"GET", "/v1/contents/{}", {}, show_content},
      {"GET", "/v1/ingests", {}, list_ingests},
      {"GET", "/v1/ingests/{}", {}, show_ingest},
      {"DELETE", "/v1/ingests/{}", {}, cancel_ingest},
      {"GET", "/v1/ingests/{}/events", {}, follow_ingest},
      {"POST", "/v1/pulls", {}, start_pull},
      {"GET", "/v1/sources", {}, list_sources},
      {"POST", "/v1/sources/{}/test", {}, test_source},
      {"GET", "/v1/status", {}, show_status},
      {"GET", "/openapi.json", {}, show_openapi},
      {"GET", "/healthz", {}, show_health, true},
      {"GET", "/readyz", {}, show_readiness, true},
      {"GET", "/metrics", {}, show_metrics, true},
  };
  return kRoutes;
}

}  // namespace rowprint::daemon
