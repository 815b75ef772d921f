// SPDX-License-Identifier: Apache-2.0
// base/precompiled.h and DPDK's headers.
#pragma once

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>
#include <rte_ring.h>

#include "base/precompiled.h"
