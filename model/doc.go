// Package model holds the nouns of rootout: references, places, regions, kinds and their fields,
// resources, cells and the inventory that they add up to, what is known about resources beside
// AWS's own records, and the cleaning of what an attacker may have named.
//
// It must not know AWS's SDK, the network, the disk, the clock or the screen: everything here is a
// value, and everything that changes is changed by its one owner. Packages below it (query, plan,
// port, price) share that rule; model/casefile is the one exception, by name.
package model
