output "name" {
  description = "What the server's name in DNS leads to (a CNAME, or an alias)."
  value       = aws_lb.this.dns_name
}

output "database" {
  value = aws_db_instance.this.endpoint
}

output "nodes" {
  value = { for name, node in aws_instance.node : name => node.private_ip }
}
