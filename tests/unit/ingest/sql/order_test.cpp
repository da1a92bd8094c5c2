#include "ingest/sql/order.hpp"

#include <gtest/gtest.h>

namespace rowprint::sql {
namespace {

TEST(OrderOfQuery, TopLevelOrderByIsASequence) {
  for (const char* sql : {
           "SELECT a FROM t ORDER BY a",
           "select a from t order\n by a desc limit 5",
           "SELECT a FROM t /* ORDER */ ORDER -- x\n BY a",
           "WITH x AS (SELECT 1) SELECT * FROM x ORDER BY 1",
           "SELECT 1 UNION ALL (SELECT 2) ORDER BY 1",
           "SELECT a[1] FROM t ORDER BY a[1]",
           "SELECT a FROM t WHERE b = 1ORDER BY a",
           "SELECT ')' FROM t ORDER BY 1",
           "(SELECT a FROM t ORDER BY a)",
           "((SELECT a FROM t ORDER BY a) LIMIT 5)",
       }) {
    EXPECT_EQ(order_of(sql), Order::sequence) << sql;
  }
}

TEST(OrderOfQuery, OrderInsideParenthesesSaysNothing) {
  for (const char* sql : {
           "SELECT a FROM t",
           "SELECT * FROM (SELECT a FROM t ORDER BY a) s",
           "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t",
           "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
           "SELECT array_agg(a ORDER BY b) FROM t",
           "WITH x AS (SELECT a FROM t ORDER BY a) SELECT * FROM x",
           "(SELECT row_number() OVER (ORDER BY a) FROM t)",
           "VALUES (1), (2)",
       }) {
    EXPECT_EQ(order_of(sql), Order::set) << sql;
  }
}

TEST(OrderOfQuery, WordsInQuotesAndCommentsSayNothing) {
  for (const char* sql : {
           "SELECT 'x ORDER BY y' FROM t",
           "SELECT \"ORDER BY\" FROM \"ORDER\"",
           "SELECT a FROM t -- ORDER BY a",
           "SELECT a /* ORDER BY a */ FROM t",
           "SELECT $q$ORDER BY$q$ FROM t",
           "SELECT a AS reorder, b AS by_order FROM t",
           "SELECT o.order_id FROM order_by o",
       }) {
    EXPECT_EQ(order_of(sql), Order::set) << sql;
  }
}

TEST(OrderOfQuery, InDoubtItIsASequence) {
  for (const char* sql : {
           "SELECT 'a FROM t",
           "SELECT (a FROM t",
           "SELECT a) FROM t",
           "SELECT a FROM t /* x",
           "SELECT a FROM t /*! ORDER BY a */",
           // One database's comment or string is another's order.
           "SELECT a FROM t /* /* */ ORDER BY a -- */",
           R"(SELECT 'a\' ORDER BY ' FROM t)",
           "SELECT [a'] FROM t ORDER BY 'b'",
       }) {
    EXPECT_EQ(order_of(sql), Order::sequence) << sql;
  }
}

}  // namespace
}  // namespace rowprint::sql
