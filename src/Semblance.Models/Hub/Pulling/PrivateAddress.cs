using System.Net;
using System.Net.Sockets;

namespace Semblance.Models.Hub.Pulling;

/// <summary>
/// Addresses of a machine or a network of one's own. A public hub that redirects to one makes this machine ask what the hub
/// cannot reach itself: a router, a metadata service of a cloud.
/// </summary>
internal static class PrivateAddress
{
    /// <summary>Whether it is one that no public name server should give.</summary>
    public static bool IsOne(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any))
        {
            return true;
        }

        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return plain.IsIPv6LinkLocal || plain.IsIPv6SiteLocal || plain.IsIPv6UniqueLocal;
        }

        var bytes = plain.GetAddressBytes();
        return (bytes[0], bytes[1]) switch
        {
            (0 or 10 or 127, _) => true,
            (100, >= 64 and < 128) => true,
            (169, 254) => true,
            (172, >= 16 and < 32) => true,
            (192, 168) => true,
            _ => false,
        };
    }

    /// <summary>What the host of an address says by itself; null where only a name server knows.</summary>
    public static bool? IsOne(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        return IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? IsOne(literal)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                ? true
            : null;
    }
}
